/** "12", "0.35", "2 000 000" */
export function valueWords(value: number): string {
	const [whole = '', part] = String(Number(value.toFixed(3))).split('.');
	const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
	return part === undefined ? grouped : `${grouped}.${part}`;
}
