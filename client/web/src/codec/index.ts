// Hops 1, 2, 11 and 12 of a packet's way: microphone → Opus frames, Opus frames → loudspeaker.
//
// On the page (main thread):      const audio = new AudioEngine(onChange); await audio.start();
//                                 await audio.openMicrophone(); worker.postMessage({type: "ports", ...audio.ports()}, [...])
// In the media worker:            await opusAvailable();
//                                 encoder = new VoiceEncoder({onFrame}); encoder.connect(capture); encoder.setPlan(plan)
//                                 player = new VoicePlayer(); player.connect(playout); player.push(frame, performance.now())
//                                 player.setBudget(listen.budget)

export { type AudioChange, AudioEngine, type AudioPorts, type AudioStatus, type Microphone } from "./audio";
export { type EncoderEvents, VoiceEncoder } from "./encoder";
export {
  CodecError,
  type CodecProblem,
  HI,
  type Layer,
  LO,
  type ReceivedFrame,
  type VoiceFrame,
  type VoicePlan,
} from "./frame";
export { opusAvailable } from "./opus";
export { type PlayerEvents, type PlayerStats, VoicePlayer } from "./player";
