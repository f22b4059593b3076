"""Sound and pictures: from the devices to encoded packets, and from decoded frames to loudspeaker and screen.

    engine.py  the whole of it behind the two shapes that the network knows: what we send, and where the rest goes

Muted means that no frame is made; camera off means that no device is open. Nothing here knows of a network: the
engine fulfils the Protocols for frames by shape. Devices are opened late, and a machine without any still meets.
"""
