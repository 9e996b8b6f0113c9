import { Dialog } from "../dialog";
import { chairText } from "./text";

interface ConfirmProps {
  title: string;
  text: string;
  yes: string;
  onYes: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be undone by one press. */
export function Confirm({ title, text, yes, onYes, onClose }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p class="lead">{text}</p>
      <div class="choices">
        <button class="button" type="button" onClick={onClose}>
          {chairText.value.cancel}
        </button>
        <button
          class="button main"
          type="button"
          onClick={() => {
            onYes();
            onClose();
          }}
        >
          {yes}
        </button>
      </div>
    </Dialog>
  );
}
