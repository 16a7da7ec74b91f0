#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
"""Serves an MP4 file as rtsp://127.0.0.1:PORT/door, and prints the port, and "left" for each who takes
leave. Port 0: any that is free."""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer


def welcome(_server, client):
    client.connect("teardown-request", lambda *_: print("left", flush=True))


port, clip = sys.argv[1:]
Gst.init(None)
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(f'( filesrc location="{clip}" ! qtdemux ! rtph264pay name=pay0 config-interval=1 )')
server = GstRtspServer.RTSPServer(address="127.0.0.1", service=port)
server.get_mount_points().add_factory("/door", factory)
server.connect("client-connected", welcome)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
