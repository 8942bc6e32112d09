-- questions_sample.sql: something to ask about, in Korean and English. Idempotent: what is there already is left alone.
--
-- Apply it after questions_schema.sql. Replace it with content of your own, or add to it.

insert into subject (code, name_ko, name_en) values
    ('korean_history', '한국사', 'Korean history'),
    ('biology', '생명과학', 'Biology'),
    ('english_vocabulary', '영어 어휘', 'English vocabulary'),
    ('mathematics', '수학', 'Mathematics')
on conflict do nothing;

insert into question_type (code, name_ko, name_en, guidance_ko, guidance_en, has_choices, needs_passage) values
    ('multiple_choice', '선다형', 'Multiple choice',
     '하나의 사실이나 개념을 묻는다. 정답은 하나뿐이어야 하고, 오답은 학생이 실제로 헷갈릴 만한 것이어야 한다.',
     'Ask for one fact or idea. Exactly one answer is right; each wrong one is a mistake that students really make.',
     true, false),
    ('cloze', '빈칸 채우기', 'Fill in the blank',
     '빈칸(____)이 하나 있는 문장을 쓴다. 앞뒤 내용만으로 빈칸에 들어갈 말을 알 수 있어야 한다.',
     'Write a sentence with one blank (____). The rest of the sentence must leave only one answer for it.',
     true, false),
    ('odd_one_out', '다른 하나 고르기', 'Odd one out',
     '네 가지 가운데 성격이 다른 하나를 고르게 한다. 무엇을 기준으로 다른지 문제에서 밝힌다.',
     'Let the student find the one of four that does not belong. Say in the question by what rule.',
     true, false),
    ('short_answer', '단답형', 'Short answer',
     '한 단어나 한 구절로 답할 수 있는 문제를 쓴다. 답이 여러 표현으로 갈리지 않게 조건을 분명히 한다.',
     'The answer is one word or one short phrase. Be so precise that it can be worded in one way only.',
     false, false),
    ('name_the_term', '용어 쓰기', 'Name the term',
     '뜻이나 특징을 설명하고 그것을 가리키는 용어를 쓰게 한다. 설명에 그 용어가 들어가면 안 된다.',
     'Describe an idea and let the student name it. The description must not contain the term.',
     false, false),
    ('passage_choice', '지문 독해: 선다형', 'Reading, multiple choice',
     '지문을 읽어야만 풀 수 있는 문제를 쓴다. 지문의 문장을 그대로 옮긴 것은 정답으로 삼지 않는다.',
     'The student must have read the passage to answer. Do not make a sentence copied from it the right answer.',
     true, true),
    ('passage_short', '지문 독해: 단답형', 'Reading, short answer',
     '지문에서 근거를 찾아 짧게 답하는 문제를 쓴다. 근거가 되는 문장이 지문에 분명히 있어야 한다.',
     'The answer is short and has its evidence in the passage. A student must be able to point at the sentence.',
     false, true)
on conflict do nothing;

-- By turns, so that the keywords with the smallest ids, which are picked first, are of all subjects and levels.
insert into keyword (subject, language, word, level)
select subject, language, word, level
from (values
    ('korean_history', 'ko', 1, '{훈민정음,세종대왕,고조선,거북선,"3·1 운동",광개토대왕}'::text[]),
    ('korean_history', 'ko', 2, '{대동법,발해,과거제,고려청자,임진왜란,삼국 통일}'),
    ('korean_history', 'ko', 3, '{골품제,묘청의 서경 천도 운동,탕평책,동학 농민 운동,갑오개혁,신간회}'),
    ('korean_history', 'en', 1, '{Hangul,turtle ship,King Sejong,Goguryeo}'),
    ('korean_history', 'en', 2, '{Tripitaka Koreana,unification under Silla,Goryeo celadon,Imjin War}'),
    ('korean_history', 'en', 3, '{bone-rank system,Donghak Peasant Movement,Gabo Reform,March First Movement}'),
    ('biology', 'ko', 1, '{광합성,먹이 사슬,심장,씨앗,뼈와 근육}'),
    ('biology', 'ko', 2, '{항상성,미토콘드리아,체세포 분열,소화 효소,세포막}'),
    ('biology', 'ko', 3, '{DNA 복제,감수 분열,효소의 기질 특이성,활동 전위,유전자 재조합}'),
    ('biology', 'en', 1, '{pollination,skeleton,habitat,predator,lungs}'),
    ('biology', 'en', 2, '{cell membrane,mitochondria,mitosis,digestive enzyme,homeostasis}'),
    ('biology', 'en', 3, '{natural selection,meiosis,DNA replication,action potential,genetic drift}'),
    ('english_vocabulary', 'ko', 1, '{borrow와 lend,look의 관용 표현,감정을 나타내는 형용사}'),
    ('english_vocabulary', 'ko', 2, '{접두사 un-과 dis-,affect와 effect,접속 부사 however}'),
    ('english_vocabulary', 'ko', 3, '{어원 spect,다의어 address,관용구 on the other hand}'),
    ('english_vocabulary', 'en', 1, '{neighbor,borrow,journey,promise,curious,brave,gather}'),
    ('english_vocabulary', 'en', 2, '{reluctant,abundant,hesitate,consequence,reliable,persuade,temporary}'),
    ('english_vocabulary', 'en', 3, '{ambiguous,meticulous,inevitable,scrutinize,resilient,plausible,obsolete}'),
    ('mathematics', 'ko', 1, '{비와 비율,평균,둘레와 넓이,분수의 덧셈,약수와 배수,시간과 속력}'),
    ('mathematics', 'ko', 2, '{일차방정식,소인수분해,피타고라스 정리,정비례와 반비례,경우의 수,좌표평면}'),
    ('mathematics', 'ko', 3, '{이차함수의 그래프,등차수열,로그의 성질,삼각함수,미분계수,조건부 확률}'),
    ('mathematics', 'en', 1, '{adding fractions,average,perimeter,place value}'),
    ('mathematics', 'en', 2, '{probability,prime factorization,Pythagorean theorem,linear equation}'),
    ('mathematics', 'en', 3, '{quadratic function,arithmetic sequence,logarithm,derivative}')
) as listed (subject, language, level, words)
cross join unnest(words) with ordinality as one (word, turn)
order by turn, level, language desc, subject
on conflict do nothing;

insert into passage_set (subject, language, title, paragraphs) values
    ('korean_history', 'ko', '훈민정음의 창제와 반포', array[
     '조선 초기까지 백성은 우리말을 적을 글자를 가지지 못하였다. 관청의 문서와 책은 모두 한자로 쓰였고, 한자는 배우는 데 오랜 시간이 걸렸다. 글을 모르는 백성은 억울한 일을 당해도 하소연할 길이 없었고, 농사짓는 법을 적은 책이 나와도 읽을 수 없었다.',
     '세종은 이를 안타깝게 여겨 1443년에 스물여덟 글자를 만들었다. 자음의 기본 글자는 소리를 내는 기관의 모양을 본떴고, 모음의 기본 글자는 하늘과 땅과 사람을 본떴다. 기본 글자에 획을 더하거나 글자를 서로 합하여 다른 글자를 만들었으므로, 원리를 알면 며칠 만에도 익힐 수 있었다.',
     '새 글자는 1446년에 널리 알려졌다. 최만리를 비롯한 일부 학자는 중국과 다른 글자를 쓰는 것은 옳지 않다며 반대하였다. 그러나 훈민정음은 편지와 노래, 불경의 번역과 소설에 쓰이며 점차 백성의 글자로 자리 잡았다.']),
    ('korean_history', 'ko', '대동법이 바꾼 세금', array[
     '조선의 백성은 지방의 특산물을 나라에 바쳐야 했는데, 이를 공납이라 하였다. 그 지방에서 나지 않는 물건이 배정되는 일도 많아, 백성은 상인에게 비싼 값을 치르고 물건을 대신 내게 하였다. 이러한 방납의 부담 때문에 고향을 떠나는 농민이 늘어났다.',
     '1608년 경기도에서 처음 실시된 대동법은 특산물 대신 토지의 넓이에 따라 쌀을 내게 하였다. 쌀이 나지 않는 산간 지방에서는 베나 동전으로도 낼 수 있었다. 땅이 많은 지주의 부담은 늘고 땅이 없거나 적은 농민의 부담은 줄었으므로, 지주들의 반대가 심하여 전국으로 퍼지는 데에는 백 년이 걸렸다.',
     '나라는 거둔 쌀로 필요한 물건을 샀다. 이 일을 맡은 공인이 시장에서 많은 물건을 사들이자 수공업과 상업이 활기를 띠었다. 세금을 걷는 방식의 변화가 경제 전체를 움직인 것이다.']),
    ('korean_history', 'en', 'Woodblocks Against War', array[
     'In the thirteenth century the Mongol army invaded Goryeo again and again. The royal court fled to the island of Ganghwa, and the first set of wooden printing blocks of the Buddhist scriptures was burned. The court then decided to carve a new set, in the hope that the work would protect the country.',
     'The carving took sixteen years. Birch and wild cherry wood was soaked in sea water, boiled in salt water and dried in the shade, so that the blocks would not warp or split. More than eighty thousand blocks were finished, and scholars who have studied them found remarkably few mistakes among some fifty million characters.',
     'Today the blocks, known as the Tripitaka Koreana, are kept at Haeinsa, a temple in the mountains. The storage halls have no machines at all. Windows of different sizes at the front and the back let the air circulate, and the floor of charcoal, salt and lime keeps the humidity steady. The old halls have protected the wood for more than five hundred years.']),
    ('biology', 'ko', '우리 몸의 온도 조절', array[
     '사람의 체온은 한여름에도 한겨울에도 36.5℃ 안팎으로 거의 일정하다. 몸속의 화학 반응을 돕는 효소가 이 온도에서 가장 잘 작용하기 때문이다. 이처럼 바깥 환경이 변하여도 몸 안의 상태를 일정하게 유지하는 성질을 항상성이라고 한다.',
     '체온을 조절하는 중추는 간뇌의 시상 하부에 있다. 추울 때에는 피부 근처의 혈관이 수축하여 밖으로 나가는 열이 줄고, 몸이 떨리면서 근육에서 열이 더 많이 만들어진다. 더울 때에는 피부 근처의 혈관이 확장하고 땀이 나며, 땀이 증발하면서 몸의 열을 빼앗는다.',
     '몸이 병원체에 감염되면 시상 하부가 체온의 기준을 평소보다 높게 정하기도 한다. 이때 몸은 정상 체온에서도 춥다고 느껴 떨게 되는데, 그 결과로 열이 난다. 열은 병원체의 증식을 늦추는 데 도움이 되지만, 지나치면 효소의 작용을 방해하여 위험하다.']),
    ('biology', 'en', 'Finches of a Dry Island', array[
     'Daphne Major is a small island in the Galapagos. The medium ground finch lives there on seeds. In 1977 it hardly rained, and the plants made few new seeds. The small and soft ones were eaten within months; what remained were mostly large and hard ones, which only birds with deep, strong beaks could crack.',
     'About five of every six finches died that year. Peter and Rosemary Grant had measured almost every bird on the island, so they could compare. The survivors had, on average, deeper beaks than the population before the drought. Because beak size is inherited, the chicks that hatched in the following years had deeper beaks as well.',
     'Some years later heavy rain brought back small seeds, and birds with smaller beaks did better again. Natural selection had no goal. It favored whatever worked under the conditions of the time, and it could be observed within a few years rather than over millions.']),
    ('english_vocabulary', 'en', 'The Repair Cafe', array[
     'On the first Saturday of every month, the old library in our town turns into a repair cafe. Neighbors bring broken lamps, torn jackets and radios that nobody would call modern. Volunteers, most of them retired, patiently take the things apart while their owners watch and learn.',
     'At first many visitors were reluctant. They assumed that a toaster for twenty dollars was not worth an hour of anybody''s time. The volunteers did not try to persuade them with big words. They simply pointed at the shelf where three hundred repaired objects had been photographed and counted.',
     'Throwing a thing away is quick, but its consequences are not. What cannot be reused has to be collected, sorted and burned or buried. A repair rarely takes longer than a cup of tea, and people who have once mended something themselves tend to look at the next broken object with curiosity instead of annoyance.']),
    ('mathematics', 'ko', '할인의 수학', array[
     '어느 가게가 10,000원짜리 공책 묶음의 값을 20% 올렸다가, 손님이 줄자 다시 20% 내렸다. 주인은 값이 처음과 같아졌다고 생각하였다. 그러나 20% 오른 값은 12,000원이고, 그 값의 20%는 2,400원이므로 내린 값은 9,600원이다.',
     '이런 일이 생기는 까닭은 백분율의 기준이 달라졌기 때문이다. 올릴 때의 기준은 10,000원이었지만 내릴 때의 기준은 12,000원이었다. 식으로 쓰면 10,000 × 1.2 × 0.8 = 9,600이고, 곱하는 순서를 바꾸어도 결과는 같다.',
     '따라서 20% 오른 값을 처음으로 되돌리려면 1.2로 나누어야 한다. 이것은 약 16.7%를 내리는 것과 같다. 비와 비율을 다룰 때에는 몇 퍼센트인가보다 무엇의 몇 퍼센트인가를 먼저 살펴보아야 한다.']),
    ('mathematics', 'en', 'The Birthday Surprise', array[
     'There are twenty-three students in a class. How likely is it that two of them share a birthday? Most people guess that the chance is small, because there are 365 days in a year and only twenty-three students. In fact the chance is slightly more than one half.',
     'The reason is that we should count pairs, not students. Twenty-three students form 23 times 22 divided by 2, which is 253 pairs, and every pair is another chance for a match. It is easier to calculate the opposite: the probability that all birthdays are different is 365/365 times 364/365 times 363/365 and so on, with twenty-three factors.',
     'That product is about 0.493, so the probability of at least one shared birthday is about 0.507. With fifty students it is already 0.97. The calculation assumes that all days are equally likely and ignores February 29. Neither simplification changes the surprise.'])
on conflict do nothing;
