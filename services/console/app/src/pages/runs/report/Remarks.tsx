import type { RemarkOut } from "../../../api/schema";
import { useSaid } from "../../../said";
import type { IconName } from "../../../ui/Icon";
import { Notice } from "../../../ui/Notice";
import type { Tone } from "../../../ui/states";

interface RemarksProps {
  title: string;
  tone: Tone;
  icon: IconName;
  remarks: readonly RemarkOut[];
}

/** What a rehearsal has to say of steps or of the whole. */
export function Remarks({ title, tone, icon, remarks }: RemarksProps) {
  const said = useSaid();
  if (remarks.length === 0) return null;
  return (
    <Notice title={title} tone={tone} icon={icon}>
      <ul className="remarks">
        {remarks.map((remark) => (
          <li key={`${remark.step} ${remark.message}`}>
            {remark.step !== null && <strong>{remark.step}: </strong>}
            {said("remarks", remark, remark.message)}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
