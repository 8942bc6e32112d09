import type { lineReasons as english } from "../en/lineReasons";
import type { Translated } from "../types";

export const lineReasons: Translated<typeof english> = {
  missing: "값이 없습니다",
  empty: "비어 있습니다",
  lost_character: "깨진 문자가 있습니다. 파일을 ‘CSV UTF-8’로 저장하세요",
  choices: "서로 다른 보기가 {n}개입니다. 4개를 적거나 비워 두세요",
  answer_is_no_choice: "보기 중에 없습니다. 번호가 아니라 보기의 내용을 적으세요",
  answer_is_wrong: "오답 가운데 정답이 들어 있습니다",
  formula: "수식처럼 시작합니다. 문항을 내보내면 스프레드시트가 실행할 수 있으니 고쳐 쓰거나, 의도한 것이라면 아래 상자를 선택하세요",
  given_twice: "이름이 다른 두 열에 값이 있습니다",
  not_text: "UTF-8도 CP949도 아닌 글자가 있습니다. 파일을 ‘CSV UTF-8’로 저장하세요",
  open_quote: "따옴표가 닫히지 않았습니다",
  too_long: "{n}자를 넘습니다",
  too_many: "항목이 {n}개를 넘습니다",
  no_number: "정수가 아닙니다",
  no_text: "텍스트가 아닙니다",
  no_list: "목록이 아닙니다",
  none_of: "쓸 수 있는 값: {choices}",
  below: "{n} 이상이어야 합니다",
  above: "{n} 이하여야 합니다",
  unknown_column: "알 수 없는 열입니다",
  unknown_code: "‘{name}’은(는) 없는 코드입니다",
};
