import { ensureBuilt } from '../ensure.mjs';
import { ensureTools } from '../ensure-tools.mjs';
import { ensureCloudInit, ensureFirewalls, ensureHadolint } from '../ensure-unpacked.mjs';

/** Builds what is missing and makes sure of the programs that the tests drive. */
export function prepare() {
	ensureBuilt();
	ensureTools({
		chromium: ['chromium', 'chromium-browser', 'google-chrome'],
		'firefox-esr': ['firefox-esr', 'firefox'],
		ffmpeg: ['ffmpeg'],
		'vlc-bin vlc-plugin-base': ['vlc'],
		curl: ['curl'],
		python3: ['python3'],
		'gir1.2-gst-rtsp-server-1.0 python3-gi': ['x86_64-linux-gnu', 'aarch64-linux-gnu', 'arm-linux-gnueabihf'].map(
			(folder) => `/usr/lib/${folder}/girepository-1.0/GstRtspServer-1.0.typelib`,
		),
		pebble: ['pebble', 'pebble-challtestsrv'],
		shellcheck: ['shellcheck'],
		iptables: ['iptables'],
		nftables: ['nft'],
		iproute2: ['ip'],
		systemd: ['systemd-analyze'],
		'docker-compose': ['docker-compose'],
		'python3-pip': ['pip3'],
		openssl: ['openssl'],
		bsdutils: ['script'],
	});
	ensureHadolint();
	ensureCloudInit();
	ensureFirewalls();
}
