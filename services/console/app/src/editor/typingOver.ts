import { EditorView } from "@codemirror/view";

/**
 * Typing over a selection is done by the editor itself. Left to Chromium, it would put the new text into a `<span style>`
 * that looks like the old one, which the page's policy refuses with an error in the console.
 */
export const typingOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { main } = view.state.selection;
    const text = event.data;
    if (event.inputType !== "insertText" || text === null || event.isComposing || !event.cancelable || main.empty) return false;
    const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
    const isHandled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, main.from, main.to, text, insert));
    if (!isHandled) view.dispatch(insert());
    return true;
  },
});
