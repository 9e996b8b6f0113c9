// The streaming repair code of PROTOCOL.md section 5: the twin of the Go package fec. Sequences are 16 bit and wrap. The block code for larger
// frames is in ./block, apart, so that only who needs it loads it.

export { lengthBytes, lengthSize, Reader, Writer } from "./bytes";
export { appendChunk, type Chunk, maxBlock, parseChunk } from "./chunk";
export { Decoder } from "./decoder";
export { Encoder, type Protection } from "./encoder";
