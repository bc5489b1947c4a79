//! Files that are shown: an address for as long as something shows it, and no longer.

/** The address of a file; call it while a component is made. */
export function shown(file: () => Blob | null): { readonly url: string | null } {
  let url = $state<string | null>(null);
  $effect(() => {
    const blob = file();
    if (blob === null) return;
    const made = URL.createObjectURL(blob);
    url = made;
    return () => {
      url = null;
      URL.revokeObjectURL(made);
    };
  });
  return {
    get url() {
      return url;
    },
  };
}
