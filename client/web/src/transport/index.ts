// Hops 3, 4 and 10 of a packet's way, in the media worker: wire forms, the two ends of a line, and the session with the relay.
//
// A Keeper holds a session; with each welcome comes a new Session, over which a new Line sends and receives frames.

export type { Bye, FromRelay, Plan, Seat, VoicePlan, Welcome } from "./control";
export { Keeper, type KeeperEvents, type State, type Wish, type World } from "./keeper";
export { Line, LineMeter, type LineState, type Path } from "./line";
export { probe } from "./probe";
export { type Dial, dial, type Relay, type Session, type SessionEvents } from "./session";
export type { Frame } from "./wire";
