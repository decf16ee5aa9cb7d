export function ModelView() {
  return <p />;
}
