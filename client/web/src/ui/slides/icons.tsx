// The icons of slides: as those of ../icons.tsx.

import { Icon } from "../icons";

export const PresentIcon = () => (
  <Icon>
    <path d="M3 4.5h18M4.5 4.5v11h15v-11M12 15.5v3M8 21l4-2.5 4 2.5M8.5 12l2.5-3 2 2 2.5-3" />
  </Icon>
);

export const NextIcon = () => (
  <Icon>
    <path d="M9 5l7 7-7 7" />
  </Icon>
);

export const PreviousIcon = () => (
  <Icon>
    <path d="M15 5l-7 7 7 7" />
  </Icon>
);

export const PagesIcon = () => (
  <Icon>
    <path d="M3.5 4.5h7v6h-7zM13.5 4.5h7v6h-7zM3.5 13.5h7v6h-7zM13.5 13.5h7v6h-7z" />
  </Icon>
);

export const StopIcon = () => (
  <Icon>
    <path d="M6.5 6.5h11v11h-11z" />
  </Icon>
);
