// Reading and writing of wire forms: big-endian integers and QUIC's varint (RFC 9000 section 16).

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

  varint(): number {
    const first = this.uint(1);
    const rest = (1 << (first >> 6)) - 1;
    return (first & 0x3f) * 256 ** rest + this.uint(rest);
  }

  /** A varint length and that many bytes. */
  block(): Uint8Array {
    return this.take(this.varint());
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

  /** Of a value below 2^30. */
  varint(value: number): this {
    if (value < 0x40) return this.uint(1, value);
    return value < 0x4000 ? this.uint(2, value | 0x4000) : this.uint(4, value | 0x80000000);
  }

  block(data: Uint8Array): this {
    return this.varint(data.length).put(data);
  }

  /** What was written, in memory of its own. */
  done(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.size);
  }
}

/** Bytes that varint takes for a value below 16,384. */
export function varintLength(value: number): number {
  return value < 0x40 ? 1 : 2;
}
