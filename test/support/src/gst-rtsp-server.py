# A real RTSP server, GStreamer's: serves a file at /live, for everybody or for one user, who signs in by Digest.
# Arguments: FILE (H.264 in FLV, or JPEGs in AVI) [USER PASSWORD]. Prints its port when it listens.
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
gi.require_version("GstRtsp", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer

path, *login = sys.argv[1:]
Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
factory = GstRtspServer.RTSPMediaFactory()
source = f'filesrc location="{path}" ! '
h264 = "flvdemux ! h264parse ! rtph264pay name=pay0 pt=96 mtu=1200"
jpeg = "avidemux ! rtpjpegpay name=pay0 pt=26 mtu=1200"
factory.set_launch(f"( {source} {h264 if path.endswith('.flv') else jpeg} )")
if login:
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.add_digest(login[0], login[1], token)
    role = GstRtspServer.RTSPPermissions()
    role.add_permission_for_role("viewer", "media.factory.access", True)
    role.add_permission_for_role("viewer", "media.factory.construct", True)
    factory.set_permissions(role)
    server.set_auth(auth)
server.get_mount_points().add_factory("/live", factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
