#include "libs/rpc/request.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <memory>

#include "libs/base/crypto.h"

namespace muara::rpc {
namespace {

constexpr size_t kRequestIdBytesMax = 128;
constexpr size_t kPageTokenBytesMax = 2000;

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const FieldDescriptor& Field(const Message& request, const char* name) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName(name);
  CHECK(field != nullptr);
  return *field;
}

// Hex SHA-256 of the message without the named fields; the same bytes for equal messages.
std::string Fingerprint(const Message& request, std::initializer_list<const char*> without) {
  const std::unique_ptr<Message> copy(request.New());
  copy->CopyFrom(request);
  for (const char* name : without) {
    const FieldDescriptor* field = copy->GetDescriptor()->FindFieldByName(name);
    if (field != nullptr) copy->GetReflection()->ClearField(copy.get(), field);
  }
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    copy->SerializeToCodedStream(&coded);
  }
  return ToHex(Sha256(request.GetDescriptor()->full_name() + "\n" + bytes));
}

// A part of a key may have lines of its own: names that people gave.
std::string Escaped(const std::string& part) {
  std::string line;
  for (const char c : part) {
    if (c == '\\' || c == '\n') line += '\\';
    line += c == '\n' ? 'n' : c;
  }
  return line;
}

std::string Unescaped(const std::string& line) {
  std::string part;
  for (size_t i = 0; i < line.size(); ++i) {
    const bool escaped = line[i] == '\\' && i + 1 < line.size();
    if (escaped) ++i;
    part += escaped && line[i] == 'n' ? '\n' : line[i];
  }
  return part;
}

std::string PageFingerprint(const Message& request) {
  return Fingerprint(request, {"page_size", "page_token"}).substr(0, 16);
}

}  // namespace

Result<OperationKey> KeyOf(const Message& request) {
  const std::string id = request.GetReflection()->GetString(request, &Field(request, "request_id"));
  if (id.empty()) return InvalidFields({{"request_id", "is required"}});
  if (id.size() > kRequestIdBytesMax) {
    return InvalidFields({{"request_id", "is longer than 128 bytes"}});
  }
  return OperationKey{request.GetDescriptor()->name() + ":" + id,
                      Fingerprint(request, {"request_id"})};
}

Result<Page> PageOf(const Message& request) {
  const auto* reflection = request.GetReflection();
  const FieldDescriptor* sized = request.GetDescriptor()->FindFieldByName("page_size");
  const int size = sized == nullptr ? 0 : reflection->GetInt32(request, sized);
  if (size < 0) return InvalidFields({{"page_size", "is negative"}});
  Page page{size == 0 ? kPageSizeDefault : std::min(size, kPageSizeMax)};
  const std::string token = reflection->GetString(request, &Field(request, "page_token"));
  if (token.empty()) return page;
  const Error bad = MakeError(Code::kInvalidArgument, "BAD_PAGE_TOKEN",
                              "page_token: is not one of this list with these filters");
  const auto text = token.size() <= kPageTokenBytesMax ? FromBase64Url(token) : std::nullopt;
  if (!text) return bad;
  size_t from = 0;
  std::vector<std::string> parts;
  for (size_t to = 0; (to = text->find('\n', from)) != std::string::npos; from = to + 1) {
    parts.push_back(Unescaped(text->substr(from, to - from)));
  }
  if (parts.size() < 2 || from != text->size() || parts[0] != PageFingerprint(request)) return bad;
  page.after.assign(parts.begin() + 1, parts.end());
  return page;
}

std::string NextPageToken(const Message& request, const std::vector<std::string>& last_key) {
  std::string text = PageFingerprint(request) + "\n";
  for (const std::string& part : last_key) text += Escaped(part) + "\n";
  return ToBase64Url(text);
}

}  // namespace muara::rpc
