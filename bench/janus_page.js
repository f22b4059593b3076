// Somebody in a browser, over Debian's own janus.js: joins a VideoRoom, publishes sound, receives everybody's.
// `meeting.join()` gives seconds from the opening of the WebSocket to the first sound that was really received.
window.meeting = (() => {
  const settings = SETTINGS;
  let janus, publisher, receiver, track;
  const ready = new Promise(done => Janus.init({debug: [], callback: done}));

  const decoded = async connection => {
    let samples = 0;
    for (const report of (await connection.getStats()).values())
      if (report.type === "inbound-rtp" && report.kind === "audio")
        samples += (report.totalSamplesReceived || 0) - (report.concealedSamples || 0);
    return samples;
  };
  const firstSound = done => {
    const look = setInterval(async () => {
      if (receiver && receiver.webrtcStuff.pc && await decoded(receiver.webrtcStuff.pc) > 0) {
        clearInterval(look);
        done(performance.now());
      }
    }, 10);
  };
  const playing = new Set();
  const receive = people => {
    const streams = people.flatMap(one => one.streams.filter(each => each.type === "audio")
      .map(each => ({feed: one.id, mid: each.mid})));
    if (!streams.length || receiver) return;
    janus.attach({
      plugin: "janus.plugin.videoroom",
      success: handle => {
        receiver = handle;
        handle.send({message: {request: "join", room: settings.room, ptype: "subscriber", streams}});
      },
      onmessage: (message, jsep) => jsep && receiver.createAnswer({
        jsep,
        success: answer => receiver.send({message: {request: "start"}, jsep: answer}),
      }),
      onremotetrack: (one, mid, on) => {
        if (!on || playing.has(one.id)) return; // told again when the first packet comes: once is enough to play it
        playing.add(one.id);
        const speaker = document.createElement("audio");
        speaker.autoplay = true;
        speaker.srcObject = new MediaStream([one]);
        document.body.append(speaker);
      },
    });
  };
  const join = async () => {
    await ready;
    track ||= (await navigator.mediaDevices.getUserMedia({
      audio: {echoCancellation: false, noiseSuppression: false, autoGainControl: false},
    })).getAudioTracks()[0];
    receiver = publisher = undefined;
    const began = performance.now();
    const heard = new Promise(firstSound);
    janus = new Janus({
      server: settings.server, iceServers: [],
      success: () => janus.attach({
        plugin: "janus.plugin.videoroom",
        success: handle => {
          publisher = handle;
          handle.send({message: {request: "join", room: settings.room, ptype: "publisher", display: "browser"}});
        },
        onmessage: (message, jsep) => {
          if (message.videoroom === "joined") {
            publisher.createOffer({
              tracks: [{type: "audio", capture: track.clone(), recv: false}],
              success: offer => publisher.send({message: {request: "publish"}, jsep: offer}),
            });
          }
          if (message.publishers) receive(message.publishers);
          if (jsep) publisher.handleRemoteJsep({jsep});
        },
      }),
    });
    return (await heard - began) / 1000;
  };
  const leave = () => new Promise(done => {
    document.querySelectorAll("audio").forEach(one => one.remove());
    playing.clear();
    janus.destroy({success: done, error: done});
  });
  const packets = async () => {
    let count = 0;
    for (const report of (await receiver.webrtcStuff.pc.getStats()).values())
      if (report.type === "inbound-rtp" && report.kind === "audio") count += report.packetsReceived;
    return count;
  };
  return {join, leave, packets};
})();
