// A track's pictures as a stream, where the browser has MediaStreamTrackProcessor and where it has not.

/** The pictures of a track. The stream ends with the track, and can be transferred; who reads closes each picture. */
export function framesOf(track: MediaStreamTrack): ReadableStream<VideoFrame> {
  if (typeof MediaStreamTrackProcessor !== "undefined") {
    // Two: the newest, and one that is just read. Cameras have few buffers and stop when all are held.
    return new MediaStreamTrackProcessor({ track: track as MediaStreamVideoTrack, maxBufferSize: 2 }).readable;
  }
  return new ReadableStream<VideoFrame>(new Filmed(track), { highWaterMark: 1 });
}

/** Films a <video> that plays the track. */
class Filmed implements UnderlyingDefaultSource<VideoFrame> {
  #video = document.createElement("video");
  #given: VideoFrame[] = []; // a stream that crosses to a worker copies what it is given
  #over = false;

  constructor(private readonly track: MediaStreamTrack) {}

  start(controller: ReadableStreamDefaultController<VideoFrame>): void {
    const video = this.#video;
    video.muted = true;
    video.playsInline = true;
    video.srcObject = new MediaStream([this.track]);
    video.play().catch(() => {}); // a track that ends at once
    this.track.addEventListener("ended", () => this.#end(controller));
    const film = () => {
      if (this.#over) return;
      if (this.track.readyState === "ended") return this.#end(controller);
      if ((controller.desiredSize ?? 0) > 0) this.#film(controller);
      video.requestVideoFrameCallback(film);
    };
    video.requestVideoFrameCallback(film);
  }

  cancel(): void {
    this.#stop();
  }

  #film(controller: ReadableStreamDefaultController<VideoFrame>): void {
    const frame = new VideoFrame(this.#video, { timestamp: Math.round(performance.now() * 1000) });
    controller.enqueue(frame);
    this.#given.push(frame);
    if (this.#given.length > 3) this.#given.shift()?.close();
  }

  #end(controller: ReadableStreamDefaultController<VideoFrame>): void {
    if (this.#over) return;
    this.#stop();
    controller.close();
  }

  #stop(): void {
    this.#over = true;
    this.#video.srcObject = null;
    for (const frame of this.#given.splice(0)) frame.close();
  }
}
