// Keys as a field of HTTP, plain and not.
#include "server/idempotency_key.h"

#include <gtest/gtest.h>

namespace kinledger::server {
namespace {

TEST(IdempotencyKey, IsReadAsItWasWritten) {
  for (const std::string key : {"april", "2021 03", "2021年3月", "a\"b", "a\\b", "100%", "%\"x\""})
    EXPECT_EQ(read_idempotency_key(idempotency_field(key).value), key) << key;
  EXPECT_EQ(idempotency_field("april").value, "\"april\"");
  EXPECT_EQ(idempotency_field("年").value, "%\"%e5%b9%b4\"");
  EXPECT_EQ(idempotency_field("april").name, "Idempotency-Key");
}

TEST(IdempotencyKey, NeedsNoQuotes) {
  EXPECT_EQ(read_idempotency_key(" april "), "april");
  EXPECT_EQ(read_idempotency_key("\"april\""), "april");
  EXPECT_EQ(read_idempotency_key("\""), "\"");
  EXPECT_EQ(read_idempotency_key(""), "");
  EXPECT_EQ(read_idempotency_key("%\"%e5%b9%b4\""), "年");
}

TEST(IdempotencyKey, ThatCannotBeDecodedStaysWhatItIs) {
  EXPECT_EQ(read_idempotency_key("%\"%e5\""), "%e5") << "not UTF-8";
  EXPECT_EQ(read_idempotency_key("%\"%zz\""), "%zz");
  EXPECT_EQ(read_idempotency_key("%\"%0a\""), "%0a") << "a control character";
}

}  // namespace
}  // namespace kinledger::server
