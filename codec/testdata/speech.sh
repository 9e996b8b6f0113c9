#!/usr/bin/env bash
# Makes the speech files of this folder again (needs espeak-ng, sox, opus-tools): bash speech.sh OUT-FOLDER
set -euo pipefail
mkdir -p "$1" && cd "$1"

# say OUT SAMPLES VOICE PITCH SPEED: reads lines "pause in s|sentence"; trimmed sentences, room noise at about -70 dBov under
# all, cut to so many samples at 48 kHz.
say() {
  local i=0 parts=()
  while IFS='|' read -r pause text; do
    espeak-ng -v "$3" -p "$4" -s "$5" -a 60 -w raw.wav "$text"
    sox -D raw.wav -r 48000 -c 1 -b 16 "part$i.wav" \
      silence 1 0.01 0.2% reverse silence 1 0.01 0.2% reverse pad 0 "$pause"
    parts+=("part$i.wav")
    i=$((i + 1))
  done
  sox -D "${parts[@]}" dry.wav norm -6 pad 0.2 2 trim 0 "$2s"
  sox -D -R -n -r 48000 -c 1 -b 16 noise.wav synth "$2s" pinknoise vol -62dB
  sox -D -m -v 1 dry.wav -v 1 noise.wav "$1"
  rm -f "${parts[@]}" raw.wav dry.wav noise.wav
}

# encode IN OUT KBIT FRAME: as a page's encoder does it (application voip, signal voice, complexity 7, constant bit rate).
encode() {
  opusenc --quiet --serial 1 --speech --set-ctl-int 4000=2048 --comp 7 --bitrate "$3" --framesize "$4" --hard-cbr "$1" "$2"
}

# A loop of 398 frames of 40 ms, less the 312 samples that every encoder puts in front.
say original.wav $((398 * 1920 - 312)) vi 50 175 <<'TEXT'
0.45|Kính thưa các đồng chí tại điểm cầu các xã, tôi xin khai mạc cuộc họp về phòng chống mưa lũ.
0.6|Đêm qua lượng mưa ở Mường Lống đo được một trăm hai mươi mi li mét.
0.35|Đề nghị các xã kiểm tra ngay hồ đập, đường sá và các hộ ven suối.
0.5|Xã nào phải di dời thì báo cáo ngay.
TEXT
say b.wav $((392 * 1920 - 312)) vi-vn-x-south+f2 60 195 <<'TEXT'
0.5|Vâng, tôi là chủ tịch xã Nậm Cắn, xin báo cáo với chủ tọa.
0.35|Trên địa bàn có ba bản bị chia cắt, hai cây cầu tạm đã cuốn trôi.
0.65|Chúng tôi đã đưa hai mươi bảy hộ với hơn một trăm nhân khẩu lên trường tiểu học.
0.4|Hiện nay còn thiếu gạo, nước uống và thuốc cho trẻ em, xin huyện hỗ trợ.
TEXT

# What is scored is compared with this file, so the others are made from it.
opusenc --quiet --serial 1 --speech --bitrate 64 --framesize 20 original.wav speech-a-clean.ogg
opusdec --quiet --no-dither speech-a-clean.ogg a.wav
for kbit in 6 8 10 12 16 20 24 32; do
  for frame in 20 40; do encode a.wav "speech-a-$kbit-$frame.ogg" $kbit $frame; done
done
mv speech-a-24-20.ogg speech-a.ogg
mv speech-a-8-20.ogg speech-a-lo.ogg
encode b.wav speech-b.ogg 24 20
rm -f original.wav a.wav b.wav
