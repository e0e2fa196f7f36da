export function BrandMark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <rect className="brand-back" width="24" height="24" rx="6" />
      <path className="brand-front" d="M7 6h4.5a6 6 0 0 1 0 12H7zM7 13.5h9.4" />
    </svg>
  );
}
