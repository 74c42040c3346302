// muara-routing: who gets which work.
#include "services/routing/parts.h"
#include "services/routing/store/schema.h"

using namespace muara;           // NOLINT: the root of one program
using namespace muara::routing;  // NOLINT

int main() {
  service::Host host("routing");
  host.Need("ticket");
  if (const auto opened = host.Open(); !opened.ok()) return host.Fail(opened.error());
  if (const auto made = store::Migrate(host.database()); !made.ok()) return host.Fail(made.error());
  Parts parts(host);
  if (const auto read = parts.policy.Refresh(); !read.ok()) return host.Fail(read.error());
  Serve(host, parts);
  React(host, parts);
  return host.Run();
}
