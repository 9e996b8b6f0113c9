// Hops 3, 4 and 10 of a packet's way, in the media worker: wire forms, the two ends of a line, and the sessions with the relay.
//
// A Keeper holds the sessions of one line, over which a Line sends and receives frames; with a new line comes a new Line.

export { browser } from "./browser";
export type {
  Bye,
  Deck,
  Do,
  FromRelay,
  Hello,
  MeetingEvent,
  Plan,
  Upstream,
  VoicePlan,
  Welcome,
  WireView,
} from "./control";
export type { World } from "./dialler";
export { Keeper, type KeeperEvents, type State, type Wish } from "./keeper";
export { Line, LineMeter, type LineState, type Path } from "./line";
export type { Dial, Kind, Relay, Session, SessionEvents } from "./session";
export type { LineCounts } from "./sessions";
export { type Frame, overhead } from "./wire";
