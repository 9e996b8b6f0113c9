#!/usr/bin/env bash
# Makes the speech files of this folder again (needs espeak-ng, sox, opus-tools): bash speech.sh OUT-FOLDER
set -euo pipefail
mkdir -p "$1" && cd "$1"

# say OUT VOICE PITCH SPEED: reads lines "pause in s|sentence"; trimmed sentences, room noise at about -70 dBov under all.
say() {
  local i=0 parts=()
  while IFS='|' read -r pause text; do
    espeak-ng -v "$2" -p "$3" -s "$4" -a 60 -w raw.wav "$text"
    sox -D raw.wav -r 48000 -c 1 -b 16 "part$i.wav" \
      silence 1 0.01 0.2% reverse silence 1 0.01 0.2% reverse pad 0 "$pause"
    parts+=("part$i.wav")
    i=$((i + 1))
  done
  sox -D "${parts[@]}" dry.wav pad 0.2 0 norm -3
  sox -D -n -r 48000 -c 1 -b 16 noise.wav synth "$(soxi -D dry.wav)" pinknoise vol -62dB
  sox -D -m -v 1 dry.wav -v 1 noise.wav "$1"
  rm -f "${parts[@]}" raw.wav dry.wav noise.wav
}

say a.wav vi+m3 42 190 <<'TEXT'
0.45|Kính thưa các đồng chí tại điểm cầu các xã, tôi xin khai mạc cuộc họp về phòng chống mưa lũ.
0.6|Đêm qua lượng mưa ở Mường Lống đo được một trăm hai mươi mi li mét.
0.35|Đề nghị các xã kiểm tra ngay hồ đập, đường sá và những hộ dân ở ven suối.
0.5|Xã nào có hộ phải di dời thì báo cáo về huyện trước mười giờ sáng nay.
TEXT
say b.wav vi-vn-x-south+f2 60 195 <<'TEXT'
0.5|Vâng, tôi là chủ tịch xã Nậm Cắn, xin báo cáo với chủ tọa.
0.35|Trên địa bàn có ba bản bị chia cắt, hai cây cầu tạm đã cuốn trôi.
0.65|Chúng tôi đã đưa hai mươi bảy hộ với hơn một trăm nhân khẩu lên trường tiểu học.
0.4|Hiện nay còn thiếu gạo, nước uống và thuốc cho trẻ em, xin huyện hỗ trợ.
TEXT

for n in a b; do opusenc --quiet --speech --bitrate 24 --framesize 20 --hard-cbr "$n.wav" "speech-$n.ogg"; done
opusenc --quiet --speech --bitrate 8 --framesize 20 --hard-cbr a.wav speech-a-lo.ogg
rm -f a.wav b.wav
