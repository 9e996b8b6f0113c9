// Hop 1: getUserMedia, and what its refusals mean.

/** What became of the microphone. */
export type Microphone =
  | "on"
  | "off" // not asked for
  | "none" // this computer has none
  | "refused" // by the person or the browser's settings
  | "busy" // another program holds it, or it failed
  | "lost" // unplugged; it is taken again when it comes back
  | "unsupported"; // no https, or a browser without getUserMedia

/** Opens the microphone `device`, or the default one if that is not there, with echo cancelling, noise suppression and gain control. */
export async function openMicrophone(
  device?: string,
): Promise<MediaStream | Exclude<Microphone, "on" | "off" | "lost">> {
  if (!navigator.mediaDevices?.getUserMedia) return "unsupported";
  const audio: MediaTrackConstraints = {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    channelCount: 1,
    ...(device ? { deviceId: { exact: device } } : {}),
  };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (device && (name === "OverconstrainedError" || name === "NotFoundError")) return openMicrophone();
    if (name === "NotAllowedError" || name === "SecurityError") return "refused";
    return name === "NotFoundError" ? "none" : "busy";
  }
}
