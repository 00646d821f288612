import type { Tools } from './scenario.ts';

/** What libcamera and rpicam-vid say before the first picture, as in the samples of both pipelines. */
export function startLog({ libcamera, pipeline }: Tools, width: number, height: number, fps: number): string[] {
	const head = `[3:08:46.202852172] [3279]  INFO Camera camera_manager.cpp:330 libcamera ${libcamera}`;
	const modes = [
		`Mode selection for ${width}:${height}:12:P(${fps})`,
		'    SRGGB10_CSI2P,1536x864/120.135 - Score: 1000',
		'    SRGGB10_CSI2P,2304x1296/56.0255 - Score: 1300',
		'    SRGGB10_CSI2P,4608x2592/14.3536 - Score: 23492.8',
	];
	if (pipeline === 'pisp') {
		return [
			head,
			'[0:11:12.159636272] [3363]  INFO RPI pisp.cpp:653 libpisp version v1.0.1 5652744a74d7 21-11-2023 (12:04:59)',
			`[0:11:12.180447566] [3363]  INFO RPI pisp.cpp:1112 Registered camera ${sensorPath('pisp')} to CFE device /dev/media3 and ISP device /dev/media1 using PiSP variant BCM2712_C0`,
			...modes,
			`[0:11:12.573422348] [3359]  INFO Camera camera.cpp:1183 configuring streams: (0) ${width}x${height}-YUV420 (1) 1536x864-BGGR16_PISP_COMP1`,
		];
	}
	return [
		head,
		'[3:08:46.258882010] [3283]  INFO IPAProxy ipa_proxy.cpp:180 Using tuning file /usr/share/libcamera/ipa/rpi/vc4/imx708.json',
		`[3:08:46.268179153] [3283]  INFO RPI vc4.cpp:440 Registered camera ${sensorPath('vc4')} to Unicam device /dev/media0 and ISP device /dev/media2`,
		...modes,
		`[3:08:46.330519325] [3279]  INFO Camera camera.cpp:1215 configuring streams: (0) ${width}x${height}-YUV420/Rec709 (1) 1536x864-SBGGR10_CSI2P/RAW`,
	];
}

/** The id of the camera, as `--list-cameras` shows it. */
export function sensorPath(pipeline: Tools['pipeline']): string {
	return pipeline === 'pisp' ? '/base/axi/pcie@120000/rp1/i2c@80000/imx708@1a' : '/base/soc/i2c0mux/i2c@1/imx708@1a';
}
