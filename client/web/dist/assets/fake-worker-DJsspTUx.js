// ../../../../tmp/uilab/fake-worker.ts
const communes = "Nậm Cắn,Na Ngoi,Mường Xén,Tà Cạ,Hữu Kiệm,Chiêu Lưu,Bảo Nam,Phà Đánh,Nậm Càn,Huồi Tụ,Mường Lống,Keng Đu,Đoọc Mạy,Na Loi,Bảo Thắng,Hữu Lập,Mường Típ,Mường Ải,Tây Sơn,Bắc Lý,Mỹ Lý,Lượng Minh,Xá Lượng,Yên Na,Yên Tĩnh,Tam Thái,Tam Đình,Tam Quang".split(",");
const name = (i) => i === 1 ? "Huyện Kỳ Sơn" : i === 5 ? "Văn phòng Ủy ban nhân dân tỉnh Nghệ An" : `Xã ${communes[i % communes.length]}${i >= communes.length ? ` ${1 + Math.floor(i / communes.length)}` : ""}`;
let n = 25;
let poor = "";
self.onmessage = (e) => {
	const m = e.data;
	console.log("worker got", m.type);
	if (m.type === "join") {
		const q = /n=(\d+)/.exec(m.name);
		if (q) n = +q[1];
		poor = /poor/.test(m.name) ? "poor" : /rec/.test(m.name) ? "rec" : /end/.test(m.name) ? "end" : "";
		const clean = m.name.replace(/ (n=\d+|poor|rec|end)/g, "");
		const seats = Array.from({ length: n }, (_, i) => ({
			id: `s${i}`,
			name: i === 0 ? clean : name(i),
			publication: 100 + i,
			here: i % 17 !== 9,
			muted: i % 3 !== 1 && i !== 0,
			listen: i % 13 === 6
		}));
		if (m.listen) seats[0].listen = true;
		postMessage({
			type: "state",
			state: "connecting"
		});
		setTimeout(() => {
			postMessage({
				type: "welcome",
				you: "s0",
				publication: 100,
				token: "tok",
				title: "Họp giao ban công tác phòng chống thiên tai tháng 11",
				code: m.meeting,
				muted: m.muted,
				seats
			});
			let t = 0;
			setInterval(() => {
				t++;
				const levels = [[101, -25 + 14 * Math.sin(t / 2) + 6 * Math.sin(t * 1.7)]];
				if (n > 10) levels.push([104, -30]);
				postMessage({
					type: "levels",
					levels
				});
			}, 100);
			setInterval(() => postMessage({
				type: "line",
				line: {
					rtt: poor ? 640 : 82,
					lossDown: poor ? .32 : .03,
					lossUp: .01,
					recoveredDown: poor ? .71 : .98,
					kbpsDown: 31.2,
					kbpsUp: 27.8
				}
			}), 300);
			if (poor === "rec") setTimeout(() => postMessage({
				type: "state",
				state: "reconnecting"
			}), 800);
			if (poor === "end") setTimeout(() => postMessage({
				type: "ended",
				reason: {
					code: "replaced",
					vi: "Chỗ ngồi này vừa được mở ở một cửa sổ khác.",
					en: "This seat was just opened in another window."
				}
			}), 800);
			postMessage({ type: "sound" });
		}, 150);
	}
};
