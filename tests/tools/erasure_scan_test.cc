// A thousand persons are erased. Then every byte of the ledger and its state directory is gone
// through: no name, number or telephone of theirs in any encoding, no key and no index row is
// left, and everything that was proven before still is.
#include <algorithm>
#include <set>
#include <unordered_map>

#include "ledger/key_file.h"
#include "ledger/vault_keys.h"
#include "ledger/vault_store.h"
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

namespace fs = std::filesystem;

constexpr int erased_count = 1'000;
constexpr int kept_count = 50;

/// Little and big endian.
std::pair<std::string, std::string> utf16(const std::u16string& text) {
  std::string little, big;
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xff), high = static_cast<char>(unit >> 8);
    little += {low, high};
    big += {high, low};
  }
  return {little, big};
}

/// Finds any of many byte strings in a file in one pass over it.
class Finder {
 public:
  void add(std::string needle) {
    ASSERT_GE(needle.size(), prefix_bytes);
    auto& alike = needles_[prefix(needle.data())];
    if (std::ranges::find(alike, needle) == alike.end()) alike.push_back(std::move(needle));
    ++added_;
  }
  /// In UTF-8 and in both byte orders of UTF-16.
  void add_text(const std::u16string& text, const std::string& utf8) {
    add(utf8);
    const auto [little, big] = utf16(text);
    add(little);
    add(big);
  }
  std::size_t size() const { return added_; }

  /// Those that are in the file.
  std::set<std::string> in_file(const fs::path& path) const {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    std::set<std::string> found;
    for (std::size_t at = 0; at + prefix_bytes <= bytes.size(); ++at) {
      const auto alike = needles_.find(prefix(bytes.data() + at));
      if (alike == needles_.end()) continue;
      for (const auto& needle : alike->second)
        if (bytes.compare(at, needle.size(), needle) == 0) found.insert(needle);
    }
    return found;
  }
  std::set<std::string> below(const std::vector<fs::path>& directories) const {
    std::set<std::string> found;
    for (const auto& directory : directories)
      for (const auto& entry : fs::recursive_directory_iterator(directory))
        if (entry.is_regular_file()) found.merge(in_file(entry.path()));
    return found;
  }

 private:
  static constexpr std::size_t prefix_bytes = 6;
  static std::uint64_t prefix(const char* bytes) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes, prefix_bytes);
    return value;
  }
  std::unordered_map<std::uint64_t, std::vector<std::string>> needles_;
  std::size_t added_ = 0;
};

std::string utf8(const std::u16string& text) {
  std::string bytes;
  for (const char16_t unit : text) {
    if (unit < 0x80) {
      bytes += static_cast<char>(unit);
      continue;
    }
    bytes += static_cast<char>(0xe0 | unit >> 12);
    bytes += static_cast<char>(0x80 | (unit >> 6 & 0x3f));
    bytes += static_cast<char>(0x80 | (unit & 0x3f));
  }
  return bytes;
}

std::u16string wide(const std::string& ascii) { return {ascii.begin(), ascii.end()}; }

struct Drawn {
  std::u16string name;  // three characters, of nobody else
  std::string number;
  std::string telephone;  // of no network
};

Drawn drawn(int serial) {
  std::u16string name{u"林江陈沈"[serial % 4]};
  name += static_cast<char16_t>(0x5100 + serial % 97);
  name += static_cast<char16_t>(0x6200 + serial / 97 * 4 + serial % 4);
  return {name,
          resident("2012" + std::to_string(1001 + serial / 900).substr(2) + "01", serial % 900),
          std::to_string(12'000'000'000 + serial)};
}

class ErasureScan : public testing::Test {
 protected:
  ErasureScan() {
    shell_.set("KINLEDGER_NOW", "2021-04-05T09:00:00+08:00");
    EXPECT_EQ(
        shell_.run({"init", "city", "--origin", "test.invalid", "--pack", "hangzhou-2021"}).exit,
        0);
    std::string persons = "登记日期,人员姓名,人员身份证号\n";
    std::string premiums = "缴费日期,参保人身份证号,险种,医保年度,金额\n";
    for (int serial = 0; serial < erased_count + kept_count; ++serial) {
      const auto person = drawn(serial);
      // Some come in a table of their own, named as clerks do.
      const auto row = "2021-01-05," + utf8(person.name) + "," + person.number + "\n";
      if (serial % 100 == 7) {
        const auto file = utf8(person.name) + " " + person.telephone + ".csv";
        shell_.write(file, "登记日期,人员姓名,人员身份证号\n" + row);
        import(file);
      } else {
        persons += row;
      }
      premiums += "2021-03-30," + person.number + ",少儿医保,2021,250.00\n";
      if (serial < erased_count) list_ += person.number + "\n";
    }
    shell_.write("persons.csv", persons);
    shell_.write("premiums.csv", premiums);
    import("persons.csv");
    const auto receipt = import("premiums.csv").at("receipts").as_array().at(0).as_object();
    proof_ = text(receipt, "proof");
    last_event_ = number(receipt, "firstSequence") + number(receipt, "count") - 1;
    shell_.write("list.txt", list_);
    for (const auto* role : {"agency", "auditor"}) {
      const auto ran = shell_.run(
          {"access", "grant", "city", "--json", "--role", role, "--institution", "330199001"});
      approvers_.emplace_back(text(object_of(ran.out), "principal"));
    }
  }

  boost::json::object import(const std::string& file) {
    const auto ran = shell_.run({"import", "city", file, "--json"});
    EXPECT_EQ(ran.exit, 0) << ran.told();
    return object_of(ran.out);
  }
  std::vector<fs::path> directories() const {
    return {shell_.path("city"), shell_.path("city.state")};
  }
  /// Index rows and what is sealed of the persons below `until`, from `from` on.
  void add_rows(int from, int until, Finder& finder) {
    const ledger::VaultKeys keys(ledger::KeyEncryptionKey{
        ledger::read_key_file(shell_.path("city.state/vault.key")).value()});
    const auto store = ledger::VaultStore::open(shell_.path("city/vault")).value();
    const auto as_string = [](ledger::ByteView bytes) {
      return std::string(ledger::as_text(bytes));
    };
    for (int serial = from; serial < until; ++serial) {
      const auto index = keys.blind_index({ledger::IdType::resident_id, drawn(serial).number});
      finder.add(as_string(index.bytes));
      const auto person = ledger::read_id<ledger::PersonId>(
          store->get(ledger::vault_key(ledger::VaultRow::blind_index, index)).value().value());
      persons_.push_back(ledger::to_text(*person));
      const auto row = ledger::decode_person(
          store->get(ledger::vault_key(ledger::VaultRow::person, *person)).value().value());
      finder.add(as_string(row->sealed_own_key));
      finder.add(as_string(row->identities.front().sealed));
    }
  }

  Shell shell_;
  std::string list_, proof_;
  std::uint64_t last_event_ = 0;
  std::vector<std::string> approvers_;
  std::vector<std::string> persons_;  // pseudonyms
};

TEST_F(ErasureScan, NothingIsLeftOfAThousandPersonsAndEverythingStaysProven) {
  Finder texts;
  for (int serial = 0; serial < erased_count; ++serial) {
    const auto person = drawn(serial);
    texts.add_text(person.name, utf8(person.name));
    texts.add_text(wide(person.number), person.number);
    texts.add_text(wide(person.telephone), person.telephone);
  }
  ASSERT_EQ(texts.size(), 9U * erased_count);
  // What is sought would be found.
  const auto last = drawn(erased_count - 1);
  shell_.write("city/planted", "x" + last.number + "y" + utf8(last.name) + last.telephone + "z" +
                                   utf16(wide(last.number)).first + "x" + utf16(last.name).second);
  EXPECT_EQ(texts.below(directories()).size(), 5U);
  fs::remove(shell_.path("city/planted"));
  EXPECT_TRUE(texts.below(directories()).empty()) << "plain texts are in no file even before";

  Finder rows, kept_rows;
  add_rows(0, erased_count, rows);
  add_rows(erased_count, erased_count + kept_count, kept_rows);
  EXPECT_EQ(rows.below(directories()).size(), 3U * erased_count) << "keys and index rows are there";

  const auto known = std::to_string(
      number(object_of(shell_.run({"verify", "city", "--log-only", "--json"}).out), "treeSize"));
  const auto answers = [&] {
    std::string all;
    for (std::size_t serial = 0; serial < persons_.size(); serial += 100) {
      const auto& person = persons_[serial];
      all +=
          shell_.run({"status", "city", person, "--on", "2021-06-30", "--known", known, "--json"})
              .out;
      all += shell_.run({"history", "city", person, "--known", known, "--json"}).out;
    }
    return all;
  };
  const auto before = answers();
  EXPECT_TRUE(holds(before, "250.00"));
  shell_.write("city.keys", shell_.run({"checkpoint", "city", "--key"}).out);
  shell_.write("receipt.tlog-proof", proof_);
  const auto checkpoint = shell_.run({"checkpoint", "city"}).out;
  shell_.write("old.checkpoint", checkpoint);

  shell_.set("KINLEDGER_NOW", "2052-01-01T09:00:00+08:00");
  const auto erased =
      shell_.run({"erase", "city", "--file", "list.txt", "--basis", "retentionExpired",
                  "--approved-by", approvers_[0], "--approved-by", approvers_[1], "--json"});
  ASSERT_EQ(erased.exit, 0) << erased.told();
  EXPECT_EQ(object_of(erased.out).at("persons").as_array().size(), std::size_t{erased_count});
  EXPECT_FALSE(rows.below(directories()).empty()) << "until it is compacted";
  const auto compacted = shell_.run({"compact", "city", "--json"});
  ASSERT_EQ(compacted.exit, 0) << compacted.told();
  EXPECT_EQ(number(object_of(compacted.out), "erasedAgain"), 0U);

  EXPECT_TRUE(texts.below(directories()).empty());
  const auto left = rows.below(directories());
  EXPECT_TRUE(left.empty()) << left.size() << " keys or index rows";
  EXPECT_EQ(kept_rows.below(directories()).size(), 3U * kept_count) << "the others are untouched";

  EXPECT_TRUE(answers() == before) << "answers and histories under the pseudonym";
  const auto verified = object_of(shell_.run({"verify", "city", "--json"}).out);
  EXPECT_TRUE(verified.at("verified").as_bool());
  EXPECT_EQ(number(verified, "erased"), std::uint64_t{erased_count});
  EXPECT_EQ(number(verified, "persons"), std::uint64_t{kept_count});
  ASSERT_EQ(
      shell_.run({"prove", "city", "--event", std::to_string(last_event_), "--leaf", "last.event"})
          .exit,
      0);
  EXPECT_EQ(
      shell_.run({"verify", "receipt.tlog-proof", "--key", "@city.keys", "--leaf", "last.event"})
          .exit,
      0)
      << "an old receipt";
  shell_.write("growth", shell_.run({"prove", "city", "--from", "@old.checkpoint"}).out);
  EXPECT_EQ(shell_.run({"verify", "growth", "--key", "@city.keys", "--old", "old.checkpoint"}).exit,
            0);
  shell_.write("one.txt", drawn(erased_count).number + "\n");
  EXPECT_EQ(shell_.run({"status", "city", "@one.txt", "--prove", "--open", "--out", "b"}).exit, 0);
  EXPECT_TRUE(holds(shell_.run({"verify", "b", "--key", "@city.keys"}).out,
                    utf8(drawn(erased_count).name)));
}

}  // namespace
}  // namespace kinledger::tools
