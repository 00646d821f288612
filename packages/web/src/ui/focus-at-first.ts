/** Puts the focus on a field that appears while nothing else has it; to be used as a `ref`. */
export function focusAtFirst(field: HTMLElement | null): void {
	if (field && document.activeElement === document.body) field.focus();
}
