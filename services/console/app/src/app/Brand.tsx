export function Brand() {
  return (
    <span className="brand">
      <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
        <rect className="brand__back" width="32" height="32" rx="8" />
        <path className="brand__edge" d="M9 16h5M18 11l-4 5 4 5" />
        <circle className="brand__node" cx="8" cy="16" r="3" />
        <circle className="brand__node" cx="22" cy="9.5" r="3.5" />
        <circle className="brand__leaf" cx="22" cy="22.5" r="3.5" />
      </svg>
      <span className="brand__name">batchdag</span>
    </span>
  );
}
