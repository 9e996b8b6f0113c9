// The streaming repair code of PROTOCOL.md section 5: the twin of the Go package fec. Sequences are 16 bit and wrap.

export { Reader, varintLength, Writer } from "./bytes";
export { appendChunk, type Chunk, maxBlock, parseChunk } from "./chunk";
export { Decoder } from "./decoder";
export { Encoder, type Protection } from "./encoder";
