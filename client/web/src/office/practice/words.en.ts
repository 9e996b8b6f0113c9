import type { Words } from "./words";

/** The sentences of the rehearsal room in English. */
export const en: Words = {
  title: "Rehearsal room",
  lead: "Press every button as in a real meeting: made-up sites talk, over a bad line. Nobody else hears it, and nothing can go wrong.",
  asSite: "Rehearse as a site",
  asSiteHint: "Raise a hand, wait to be called, speak, give the headcount, vote.",
  asChair: "Rehearse as the chair",
  asChairHint: "Open, call sites, take the floor back, roll call, poll, conclusion.",
  opening: "Opening the rehearsal room…",
  list: "Exercises",
  count: (done, all) => `${done} of ${all}`,
  show: "Show exercises",
  hide: "Hide",
  didIt: (title) => `Done: ${title}.`,
  finished: "All exercises are done. Begin again, or press “Leave”.",
  again: "Begin again",
  exercises: {
    mic: {
      title: "Microphone on and off",
      how: "Press the large microphone button at the bottom, then press it again.",
    },
    hand: { title: "Raise your hand", how: "Press “Raise hand”. The chair sees your name in the list." },
    called: {
      title: "Wait to be called",
      how: "Leave the hand up. A tone and the words “… has the floor” say that it is your turn.",
    },
    speak: {
      title: "Speak",
      how: "The microphone opens when you are called. Say a few sentences; if it is off, press it.",
    },
    yield: { title: "Give the floor back", how: "Press the button that says you have finished." },
    roll: { title: "Give the headcount", how: "When the roll call is open: type how many are here, and send." },
    vote: { title: "Vote", how: "When there is a question: press For, Against or Other." },
    chat: { title: "Send a message", how: "Open the messages, type a few words, and send." },
    open: { title: "Open the meeting", how: "Press “Open”." },
    mode: { title: "Make it moderated", how: "Choose “Moderated”: all microphones are closed." },
    call: { title: "Call a site", how: "Press a site with a raised hand and call it, or press “Next”." },
    extend: { title: "Give more time", how: "While somebody has the floor: add minutes." },
    take: { title: "Take the floor back", how: "Press the button that ends the speaker's turn." },
    "open-roll": { title: "Roll call", how: "Open the roll call and see the sites answer." },
    poll: { title: "Open a poll", how: "Type a question and open the poll." },
    conclude: { title: "Write a conclusion", how: "Say what is to be done, by whom, and until when." },
    close: { title: "Close the meeting", how: "Press “Close”. After a real meeting the minutes are there already." },
  },
};
