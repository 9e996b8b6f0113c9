// The icons that only a led meeting needs: as those of icons.tsx.

import { Icon } from "../icons";

export const HandIcon = () => (
  <Icon>
    <path d="M8 12.5V5.5a1.5 1.5 0 0 1 3 0V11M11 10.5v-7a1.5 1.5 0 0 1 3 0v7M14 11V5.5a1.5 1.5 0 0 1 3 0v9c0 4-2.4 7-6 7-2.7 0-4.2-1.3-5.3-3.6L3.6 13.9a1.5 1.5 0 0 1 2.6-1.5L8 14.8" />
  </Icon>
);
