// Line icons on a 24 × 24 grid, drawn in the colour of the text. They only accompany words, so they are hidden from screen readers.

import type { ComponentChildren } from "preact";

/** The frame of an icon. */
export function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

const mic = (
  <>
    <rect x="9" y="2.5" width="6" height="11.5" rx="3" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3.5M8.5 21.5h7" />
  </>
);

export const MicIcon = () => <Icon>{mic}</Icon>;

export const MicOffIcon = () => (
  <Icon>
    <path d="M15 9.5v-4a3 3 0 0 0-5.9-.8M9 9v2a3 3 0 0 0 4.6 2.5M5.5 11.5a6.5 6.5 0 0 0 10.4 5.2M18.5 11.5a6.5 6.5 0 0 1-.5 2.4M12 18v3.5M8.5 21.5h7M3.5 3l17 17.5" />
  </Icon>
);

export const EarIcon = () => (
  <Icon>
    <path d="M6.5 9a5.5 5.5 0 1 1 11 0c0 4.2-4 4.8-4 8.2a3.3 3.3 0 0 1-6.4 1.2M9.7 9a2.3 2.3 0 1 1 4.6 0c0 1.6-1.6 1.9-1.6 3.5" />
  </Icon>
);

export const AwayIcon = () => (
  <Icon>
    <path d="M9 7.5 11 5.6a4.6 4.6 0 0 1 6.6 6.5l-1.9 1.9M15 16.5 13 18.4a4.6 4.6 0 0 1-6.6-6.5L8.3 10M4 4l16 16" />
  </Icon>
);

export const SpeakerIcon = () => (
  <Icon>
    <path d="M4 9.5v5h3.5l5 4.5V5l-5 4.5zM16 9a4.2 4.2 0 0 1 0 6M18.7 6.3a8 8 0 0 1 0 11.4" />
  </Icon>
);

export const EnterIcon = () => (
  <Icon>
    <path d="M13 4h5a1.5 1.5 0 0 1 1.5 1.5v13A1.5 1.5 0 0 1 18 20h-5M4 12h10.5M11 8l4 4-4 4" />
  </Icon>
);

export const LeaveIcon = () => (
  <Icon>
    <path d="M11 4H6a1.5 1.5 0 0 0-1.5 1.5v13A1.5 1.5 0 0 0 6 20h5M10 12h10M16.5 8l4 4-4 4" />
  </Icon>
);

export const InviteIcon = () => (
  <Icon>
    <circle cx="10" cy="8" r="4" />
    <path d="M3 20.5c.6-4 3.4-6 7-6 1.4 0 2.7.3 3.8.9M18 14v7M14.5 17.5h7" />
  </Icon>
);

export const KeysIcon = () => (
  <Icon>
    <rect x="2.5" y="6" width="19" height="12" rx="2" />
    <path d="M6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01M7.5 14.2h9" />
  </Icon>
);

export const CheckIcon = () => (
  <Icon>
    <path d="m4.5 12.5 5 5 10-11" />
  </Icon>
);

/** The bars of a line: 3 good, 2 fair, 1 poor, 0 lost. */
export function BarsIcon({ bars }: { bars: number }) {
  return (
    <svg class="icon bars" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {[0, 1, 2].map((i) => (
        <rect
          key={i}
          class={i < bars ? "on" : "off"}
          x={2.5 + 7 * i}
          y={15 - 5 * i}
          width="5"
          height={6 + 5 * i}
          rx="1.2"
        />
      ))}
    </svg>
  );
}

/** The sign of the house: a bridge between two points, and the voice that crosses it. */
export const Logo = () => (
  <svg class="logo" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
    <rect width="48" height="48" rx="11" />
    <path d="M8 33a16 16 0 0 1 32 0M15.5 33a8.5 8.5 0 0 1 17 0M5.5 33h37" />
    <circle cx="24" cy="33" r="3.4" />
  </svg>
);
