// muara-ticket: contacts, tickets and what happened on them.
#include "libs/blob/directory_blobs.h"
#include "services/ticket/parts.h"
#include "services/ticket/store/schema.h"

using namespace muara;          // NOLINT: the root of one program
using namespace muara::ticket;  // NOLINT

int main() {
  service::Host host("ticket");
  const TicketSettings settings = ReadSettings(host.settings());
  host.KeepHistory();
  host.Need("feedback");
  host.Need("notification");
  if (const auto opened = host.Open(); !opened.ok()) return host.Fail(opened.error());
  if (const auto made = store::Migrate(host.database()); !made.ok()) return host.Fail(made.error());
  const auto blobs = blob::DirectoryBlobs::Open(settings.blob_folder);
  if (!blobs.ok()) return host.Fail(blobs.error());
  Parts parts(host, **blobs, settings);
  Serve(host, parts);
  React(host, parts);
  return host.Run();
}
