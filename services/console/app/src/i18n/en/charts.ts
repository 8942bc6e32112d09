export const charts = {
  noData: "No data yet",
  lastRuns: "Last {count} {count:instance|instances}: {succeeded} succeeded, {failed} failed",
  bar: "{label}: {value}",
  gantt: "Timeline",
  ganttRow: "{label}: {segments}",
  segment: "{kind} from {from}, {duration}",
  now: "now",
  calendar: "Calendar",
  calendarDay: "{date}: {words}",
  nothing: "nothing",
  table: "As a table",
} as const;
