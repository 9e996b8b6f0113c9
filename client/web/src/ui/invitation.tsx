import { boxText } from "./boxtext";
import { CopyLink } from "./copylink";
import css from "./invitation.css?inline";
import { adopt } from "./parts";

adopt(css);

/** A meeting's code, large enough to be read over the telephone, and its link, if there is one, to copy or to send. */
export function Invitation({ code, link, title }: { code: string; link?: string; title: string }) {
  const b = boxText.value;
  return (
    <div class="invitation">
      <p class="big-code">
        <span>{b.codeName}</span>
        <strong translate={false}>{code}</strong>
      </p>
      {link && <CopyLink label={b.linkName} link={link} title={title} />}
    </div>
  );
}
