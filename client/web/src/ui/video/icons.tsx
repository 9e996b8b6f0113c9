// The icons of pictures: as those of ../icons.tsx.

import { Icon } from "../icons";

const camera = (
  <path d="M3.5 6.5h11a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 2 16V8a1.5 1.5 0 0 1 1.5-1.5zM16 11l6-3.5v9L16 13" />
);

export const CameraIcon = () => <Icon>{camera}</Icon>;

export const CameraOffIcon = () => (
  <Icon>
    {camera}
    <path d="M4 3l16 18" />
  </Icon>
);

export const ScreenIcon = () => (
  <Icon>
    <path d="M3 4.5h18v12H3zM8.5 20.5h7M12 13.5v-6M9 10l3-3 3 3" />
  </Icon>
);

export const ScreenOffIcon = () => (
  <Icon>
    <path d="M3 4.5h18v12H3zM8.5 20.5h7M9.5 8l5 5M14.5 8l-5 5" />
  </Icon>
);

export const PicturesIcon = () => (
  <Icon>
    <path d="M2.5 4.5h13v10h-13zM18.5 4.5h3M18.5 9.5h3M18.5 14.5h3M2.5 19.5h5M10.5 19.5h5M18.5 19.5h3" />
  </Icon>
);

export const FullIcon = () => (
  <Icon>
    <path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" />
  </Icon>
);

export const FloatIcon = () => (
  <Icon>
    <path d="M11 19.5H3v-15h18V11M13.5 14h8v6.5h-8z" />
  </Icon>
);

export const SwapIcon = () => (
  <Icon>
    <path d="M4 12a8 8 0 0 1 13.7-5.6L20 8.5M20 3.5v5h-5M20 12a8 8 0 0 1-13.7 5.6L4 15.5M4 20.5v-5h5" />
  </Icon>
);

export const ListIcon = () => (
  <Icon>
    <path d="M9 6h12M9 12h12M9 18h12M4 6h.01M4 12h.01M4 18h.01" />
  </Icon>
);
