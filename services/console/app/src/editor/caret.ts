/** Where somebody stands in a text. */
export interface Caret {
  anchor: number;
  head: number;
  isFocused: boolean;
}

export function caretOf(field: HTMLTextAreaElement): Caret {
  const { selectionStart: from, selectionEnd: to, selectionDirection } = field;
  const isFocused = field.getRootNode() instanceof Document && document.activeElement === field;
  return selectionDirection === "backward" ? { anchor: to, head: from, isFocused } : { anchor: from, head: to, isFocused };
}
