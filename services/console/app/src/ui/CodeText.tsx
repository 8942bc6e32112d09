import { CopyButton } from "./CopyButton";
import "./code.css";

/** Text as it is: a name, a command, a line of a log. As a block it can be copied. */
export function CodeText({ text, isBlock = false }: { text: string; isBlock?: boolean }) {
  if (!isBlock) return <code className="code">{text}</code>;
  return (
    <div className="code-block">
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} />
    </div>
  );
}
