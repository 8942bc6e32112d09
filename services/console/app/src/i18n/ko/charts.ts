import type { charts as english } from "../en/charts";
import type { Translated } from "../types";

export const charts: Translated<typeof english> = {
  noData: "아직 데이터가 없습니다",
  lastRuns: "최근 실행 {count}회: 성공 {succeeded}회, 실패 {failed}회",
  bar: "{label}: {value}",
  gantt: "타임라인",
  ganttRow: "{label}: {segments}",
  segment: "{kind}, {from}부터 {duration}",
  now: "현재",
  calendar: "달력",
  calendarDay: "{date}: {words}",
  nothing: "없음",
  table: "표로 보기",
};
