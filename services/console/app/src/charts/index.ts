export { type BarGroup, Bars } from "./Bars";
export { Calendar, type DayMark } from "./Calendar";
export { Gantt, type GanttRow, type GanttSegment } from "./Gantt";
export { type Run, Sparkline } from "./Sparkline";
export { dayKey, dayOf, monthAfter } from "./weeks";
