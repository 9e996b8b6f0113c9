// The part of AudioWorkletGlobalScope that we use; TypeScript's libraries do not have it.

declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
  abstract process(inputs: Float32Array[][], outputs: Float32Array<ArrayBuffer>[][]): boolean;
}

declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** The context's clock: the first sample of the current quantum. */
declare const currentFrame: number;
