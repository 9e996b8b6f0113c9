// Reading and writing of wire forms: big-endian integers, the lengths of hop datagrams (PROTOCOL.md section 2) and, for control streams,
// QUIC's varint (RFC 9000 section 16).

const longLength = 0xc0; // from here on a length takes two bytes

/** Reads from the front of bytes. Past the end it reads zeros and `failed` is true from then on. */
export class Reader {
  failed = false;
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get left(): number {
    return this.bytes.length - this.at;
  }

  /** The next n bytes, in the same memory. */
  take(n: number): Uint8Array {
    if (this.failed || n > this.left) {
      this.failed = true;
      return new Uint8Array(0);
    }
    this.at += n;
    return this.bytes.subarray(this.at - n, this.at);
  }

  /** An unsigned integer of n bytes; exact up to 6. */
  uint(n: number): number {
    let value = 0;
    for (const byte of this.take(n)) value = value * 256 + byte;
    return value;
  }

  /** A length; one that could be shorter fails. */
  length(): number {
    const first = this.uint(1);
    if (first < longLength) return first;
    const n = (first - longLength) * 256 + this.uint(1);
    if (n < longLength) this.failed = true;
    return n;
  }

  /** A length and that many bytes. */
  part(): Uint8Array {
    return this.take(this.length());
  }
}

/** Writes to memory that grows. */
export class Writer {
  private bytes = new Uint8Array(256);
  private size = 0;

  get length(): number {
    return this.size;
  }

  put(data: ArrayLike<number>): this {
    if (this.size + data.length > this.bytes.length) {
      const larger = new Uint8Array(2 * (this.size + data.length));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes.set(data, this.size);
    this.size += data.length;
    return this;
  }

  /** An unsigned integer of n bytes, 1 to 4. Higher bits are cut off. */
  uint(n: number, value: number): this {
    for (let i = n - 1; i >= 0; i--) this.put([(value >>> (8 * i)) & 0xff]);
    return this;
  }

  /** A length and that many bytes. */
  part(data: Uint8Array): this {
    return this.put(lengthBytes(data.length)).put(data);
  }

  /** Of a value below 2^30. */
  varint(value: number): this {
    if (value < 0x40) return this.uint(1, value);
    return value < 0x4000 ? this.uint(2, value | 0x4000) : this.uint(4, value | 0x80000000);
  }

  /** A varint and that many bytes. */
  block(data: Uint8Array): this {
    return this.varint(data.length).put(data);
  }

  /** What was written, in memory of its own. */
  done(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.size);
  }
}

/** The wire form of a length, 0 to 16,383. */
export function lengthBytes(n: number): number[] {
  return n < longLength ? [n] : [longLength + (n >> 8), n & 0xff];
}

/** Bytes that a length takes. */
export function lengthSize(n: number): number {
  return n < longLength ? 1 : 2;
}
