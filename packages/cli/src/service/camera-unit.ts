import { unitWord } from './quote.ts';

/** The unit's name. */
export const CAMERA_UNIT = 'oriel-camera.service';
/** The user that the service runs as; a group of the same name may read its files. */
export const SERVICE_USER = 'oriel';

export interface CameraUnitOptions {
	/** Program and arguments. */
	readonly command: readonly string[];
	/** True if the program lies below /home: then the service must be able to look there. */
	readonly needsHome: boolean;
}

/** The text of `oriel-camera.service`. */
export function cameraUnit({ command, needsHome }: CameraUnitOptions): string {
	return `# Written by "oriel camera install"; it is overwritten each time. Changes of your own: systemctl edit ${CAMERA_UNIT}
[Unit]
Description=Oriel: sends this machine's cameras to a relay
After=network.target
# Never give up: a camera or a network may be back tomorrow.
StartLimitIntervalSec=0

[Service]
Type=notify
# The words to systemd come from a child, systemd-notify.
NotifyAccess=all
WatchdogSec=60
ExecStart=${command.map(unitWord).join(' ')}
Restart=always
RestartSec=5
TimeoutStopSec=15
# Each capture program is ended by its own agent; whatever is left after that is killed.
KillMode=mixed

# A user of its own, which is in the groups that may use cameras.
User=${SERVICE_USER}
Group=${SERVICE_USER}
SupplementaryGroups=video render

# Cameras and their encoders, and no other device. Not PrivateDevices and not PrivateUsers: they would hide the cameras.
DevicePolicy=closed
DeviceAllow=char-video4linux rw
DeviceAllow=char-media rw
DeviceAllow=char-dma_heap rw
DeviceAllow=char-drm rw
DeviceAllow=/dev/udmabuf rw
DeviceAllow=/dev/vchiq rw
DeviceAllow=/dev/vcio rw
DeviceAllow=/dev/vcsm-cma rw

# Nothing can be written but a /tmp of its own and what owners change on the page, and nothing can be gained.
StateDirectory=oriel-camera
StateDirectoryMode=0700
CapabilityBoundingSet=
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=${needsHome ? 'read-only' : 'yes'}
PrivateTmp=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
KeyringMode=private
UMask=0077
# Not MemoryDenyWriteExecute: Node compiles as it runs. Not ProcSubset=pid: what board this is stands in /proc.
# AF_NETLINK: libcamera hears from udev through it which cameras there are.
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
# A refused call is an error for the program, not its death: libcamera tries some that it can do without.
SystemCallErrorNumber=EPERM
LimitNOFILE=4096
TasksMax=256
MemoryMax=70%

[Install]
WantedBy=multi-user.target
`;
}
