/** The image of a QR code, whatever form the server gave it. Pure. */
export function imageOf(qr: string): string {
  if (qr.startsWith("<svg")) return `data:image/svg+xml,${encodeURIComponent(qr)}`;
  return qr.startsWith("data:image/") ? qr : `data:image/png;base64,${qr}`;
}
