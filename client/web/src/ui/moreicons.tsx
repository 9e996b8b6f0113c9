// The icons that are not needed at once: as those of icons.tsx.

import { Icon } from "./icons";

export const CopyIcon = () => (
  <Icon>
    <rect x="8.5" y="8.5" width="12" height="12" rx="2" />
    <path d="M15.5 8.5v-3a2 2 0 0 0-2-2h-8a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h3" />
  </Icon>
);

export const PlusIcon = () => (
  <Icon>
    <path d="M12 4.5v15M4.5 12h15" />
  </Icon>
);

export const SendIcon = () => (
  <Icon>
    <path d="M20.5 3.5 3.5 10.5l6.5 3.5 3.5 6.5zM20.5 3.5 10 14" />
  </Icon>
);

export const HandIcon = () => (
  <Icon>
    <path d="M8 12.5V5.5a1.5 1.5 0 0 1 3 0V11M11 10.5v-7a1.5 1.5 0 0 1 3 0v7M14 11V5.5a1.5 1.5 0 0 1 3 0v9c0 4-2.4 7-6 7-2.7 0-4.2-1.3-5.3-3.6L3.6 13.9a1.5 1.5 0 0 1 2.6-1.5L8 14.8" />
  </Icon>
);
