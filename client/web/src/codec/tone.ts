// The test tone of the device check.

const notes = [523.25, 659.25, 783.99]; // C5 E5 G5
const length = 1; // s

/** Plays a soft rising triad of 1 s; resolves when it is over. */
export async function playTone(context: AudioContext): Promise<void> {
  const start = context.currentTime + 0.02;
  const sum = new GainNode(context, { gain: 0.12 });
  sum.connect(context.destination);
  notes.forEach((frequency, i) => {
    const gain = new GainNode(context, { gain: 0 });
    const begin = start + i * 0.15;
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(1, begin + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.001, start + length);
    const note = new OscillatorNode(context, { frequency });
    note.connect(gain).connect(sum);
    note.start(begin);
    note.stop(start + length);
  });
  await new Promise((resolve) => setTimeout(resolve, (length + 0.1) * 1000));
  sum.disconnect();
}
