// A person who speaks at a desk, drawn the same way each time: skin, hair and cloth with texture, a wall with detail, a camera with noise that pans. Runs in a page.

import { noise, random, texture } from "./texture";

const [width, height] = [1280, 720];

/** Draws the picture of a moment, in s, at 1280x720. */
export type Clip = (seconds: number) => OffscreenCanvas;

/** Makes the clip; it pans from the third to the fifth second of every eight. */
export function head(): Clip {
  const canvas = new OffscreenCanvas(width, height);
  const to = canvas.getContext("2d", { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  const [room, skin, grain] = [wall(), texture(256, 256, 11, 26), noise(512, 512, 3)];
  const dice = random(5);
  return (t) => {
    const pan = 130 * smooth((t % 8) - 3) - 130 * smooth((t % 8) - 4.2);
    to.drawImage(room, -200 - pan + 2 * Math.sin(t * 1.3), -20 + 1.5 * Math.sin(t * 0.9));
    to.save();
    to.translate(640 - pan + 14 * Math.sin(t * 0.8) + 5 * Math.sin(t * 2.3), 20 + 8 * Math.sin(t * 1.1));
    body(to, t);
    face(to, t, skin);
    to.restore();
    hand(to, t, pan);
    // What the sensor adds is new in every picture.
    to.globalAlpha = 0.5;
    for (let x = -Math.floor(dice() * 512); x < width; x += 512)
      for (let y = -Math.floor(dice() * 512); y < height; y += 512) to.drawImage(grain, x, y);
    to.globalAlpha = 1;
    return canvas;
  };
}

const smooth = (x: number) => {
  const c = Math.min(1, Math.max(0, x / 0.9));
  return c * c * (3 - 2 * c);
};

/** A hall's wall: plaster, a shelf of books, a curtain, a plate with words. */
function wall(): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width + 400, height + 40);
  const to = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  to.fillStyle = "#b9ad92";
  to.fillRect(0, 0, canvas.width, canvas.height);
  to.globalAlpha = 0.35;
  const plaster = texture(256, 256, 3, 60);
  for (let x = 0; x < canvas.width; x += 256) for (let y = 0; y < canvas.height; y += 256) to.drawImage(plaster, x, y);
  to.globalAlpha = 1;
  const dice = random(9);
  for (let row = 0; row < 3; row++) {
    for (let x = 180; x < 560; ) {
      const w = 10 + dice() * 16;
      to.fillStyle = `hsl(${dice() * 360} 45% ${25 + dice() * 35}%)`;
      to.fillRect(x, 90 + row * 170 + dice() * 20, w - 1, 130);
      x += w;
    }
    to.fillStyle = "#5b3d23";
    to.fillRect(170, 220 + row * 170, 400, 12);
  }
  for (let x = 1180; x < canvas.width; x += 6) {
    to.fillStyle = `hsl(0 60% ${26 + 14 * Math.sin(x / 17)}%)`;
    to.fillRect(x, 0, 6, canvas.height);
  }
  to.fillStyle = "#f4f0dc";
  to.fillRect(900, 90, 230, 90);
  to.fillStyle = "#a01818";
  to.font = "bold 26px DejaVu Sans, sans-serif";
  to.fillText("ỦY BAN NHÂN", 915, 128);
  to.fillText("DÂN XÃ GA RY", 915, 162);
  return canvas;
}

/** Shoulders in a striped shirt. */
function body(to: OffscreenCanvasRenderingContext2D, t: number): void {
  to.save();
  to.beginPath();
  to.moveTo(-330, 760);
  to.bezierCurveTo(-310, 480, -160, 450, -70, 430);
  to.lineTo(70, 430);
  to.bezierCurveTo(160, 450, 310, 480, 330, 760);
  to.clip();
  to.fillStyle = "#dfe6ee";
  to.fillRect(-340, 400, 680, 400);
  to.strokeStyle = "#4a6a9a";
  to.lineWidth = 3;
  for (let x = -340; x < 340; x += 13) {
    to.beginPath();
    to.moveTo(x, 400);
    to.quadraticCurveTo(x + 12 * Math.sin(t * 1.4 + x / 90), 560, x + 20, 760);
    to.stroke();
  }
  to.restore();
}

/** Head, hair, eyes that blink and a mouth that speaks. */
function face(to: OffscreenCanvasRenderingContext2D, t: number, skin: OffscreenCanvas): void {
  const turn = 12 * Math.sin(t * 0.7);
  to.save();
  to.rotate(0.05 * Math.sin(t * 0.9));
  const light = to.createRadialGradient(-40 + turn, 200, 30, 0, 260, 240);
  light.addColorStop(0, "#e9bd96");
  light.addColorStop(1, "#9c6a48");
  to.fillStyle = light;
  to.fillRect(-60, 360, 120, 90);
  to.beginPath();
  to.ellipse(0, 260, 138, 180, 0, 0, 2 * Math.PI);
  to.fill();
  to.save();
  to.clip();
  to.globalAlpha = 0.18;
  to.drawImage(skin, -150 + turn / 2, 70, 300, 400);
  to.restore();
  hair(to, turn);
  const closed = t % 3.1 < 0.14 || (t + 1) % 5.3 < 0.14;
  for (const side of [-1, 1]) eye(to, side * 52 + turn, 240, closed);
  to.strokeStyle = "#7c4c30";
  to.lineWidth = 4;
  to.beginPath();
  to.moveTo(turn, 250);
  to.quadraticCurveTo(turn + 18, 310, turn - 4, 318);
  to.stroke();
  const open = 4 + 15 * Math.abs(Math.sin(t * 9) * Math.sin(t * 2.1 + 1));
  to.fillStyle = "#7a2320";
  to.beginPath();
  to.ellipse(turn, 366, 36 - open / 3, open, 0, 0, 2 * Math.PI);
  to.fill();
  to.fillStyle = "#f4ece4";
  to.fillRect(turn - 22, 364 - open * 0.8, 44, Math.min(7, open / 2));
  to.restore();
}

function eye(to: OffscreenCanvasRenderingContext2D, x: number, y: number, closed: boolean): void {
  to.fillStyle = "#fbf7f2";
  to.beginPath();
  to.ellipse(x, y, 25, closed ? 2 : 13, 0, 0, 2 * Math.PI);
  to.fill();
  if (!closed) {
    to.fillStyle = "#2a1a10";
    to.beginPath();
    to.arc(x, y, 10, 0, 2 * Math.PI);
    to.fill();
  }
  to.strokeStyle = "#2a1a10";
  to.lineWidth = 7;
  to.beginPath();
  to.moveTo(x - 30, y - 30);
  to.quadraticCurveTo(x, y - 42, x + 30, y - 30);
  to.stroke();
}

function hair(to: OffscreenCanvasRenderingContext2D, turn: number): void {
  const dice = random(21);
  for (let i = 0; i < 260; i++) {
    const at = Math.PI * (1 + i / 260);
    to.strokeStyle = `hsl(20 20% ${6 + dice() * 16}%)`;
    to.lineWidth = 3;
    to.beginPath();
    to.moveTo(150 * Math.cos(at), 250 + 195 * Math.sin(at));
    to.lineTo(118 * Math.cos(at) + turn / 2, 236 + 118 * Math.sin(at) - dice() * 20);
    to.stroke();
  }
}

/** A hand that waves now and then: the fastest thing in the picture. */
function hand(to: OffscreenCanvasRenderingContext2D, t: number, pan: number): void {
  const up = smooth((t % 6) - 1) - smooth((t % 6) - 2.6);
  const [x, y] = [900 - pan + 60 * Math.sin(t * 7) * up, 780 - 330 * up];
  to.fillStyle = "#d3a079";
  to.beginPath();
  to.ellipse(x, y, 46, 58, 0.2 * Math.sin(t * 7), 0, 2 * Math.PI);
  to.fill();
  for (let finger = -2; finger <= 2; finger++) to.fillRect(x + finger * 20 - 8, y - 105 + 7 * Math.abs(finger), 16, 70);
}
