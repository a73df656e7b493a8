// A simulated ledger with the rules of Hangzhou, a unit and two children of its employees, kept by
// the program as an office would keep it.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "ledger/json.h"
#include "tests/tools/shell.h"

namespace kinledger::tools {

/// One JSON object on one line.
inline boost::json::object object_of(const std::string& line) {
  const auto parsed = ledger::parse_json(line, line.size());
  EXPECT_TRUE(parsed.has_value()) << line;
  return parsed && parsed->is_object() ? parsed->get_object() : boost::json::object{};
}

inline std::vector<boost::json::object> objects_of(const std::string& lines) {
  std::vector<boost::json::object> objects;
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line);) objects.push_back(object_of(line));
  return objects;
}

/// Borrows from the object.
inline std::string_view text(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return "(no text)";
  return {value->get_string().data(), value->get_string().size()};
}

inline std::uint64_t number(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr) return static_cast<std::uint64_t>(-1);
  return value->is_int64() ? static_cast<std::uint64_t>(value->get_int64())
                           : value->to_number<std::uint64_t>();
}

class Office {
 public:
  const std::string child = resident("20120615", 24);
  const std::string parent = resident("19830312", 11);
  const std::string sister = resident("20100220", 15);

  /// The ledger with its people, on 11 January 2021.
  Office() {
    on("2021-01-11");
    EXPECT_EQ(
        shell.run({"init", "city", "--origin", "test.invalid", "--pack", "hangzhou-2021"}).exit, 0);
    shell.write("units.csv",
                "起始日期,单位编号,单位名称,单位类型,财政级次,财政全额保障,区域\n"
                "2020-01-01,330199001,示例市属机关,行政机关,市级,是,330106\n");
    shell.write("persons.csv", "登记日期,人员姓名,人员身份证号\n2021-01-05,林知夏," + child +
                                   "\n2021-01-05,林远舟," + parent + "\n2021-01-05,林知秋," +
                                   sister + "\n");
    shell.write("legacy-members.csv",
                "参保日期,子女身份证号,父母身份证号,单位编号,停止日（不含）\n" +
                    std::string("2018-01-01,") + child + "," + parent +
                    ",330199001,2021-01-01\n2018-01-01," + sister + "," + parent +
                    ",330199001,2021-01-01\n");
    shell.write("conversions.csv", "转换日期,子女身份证号,原险种,转入险种\n2021-01-01," + child +
                                       ",子女统筹,少儿医保\n2021-01-01," + sister +
                                       ",子女统筹,少儿医保\n");
    const auto ran = shell.run(
        {"import", "city", "units.csv", "persons.csv", "legacy-members.csv", "conversions.csv"});
    EXPECT_EQ(ran.exit, 0) << ran.told();
    shell.write("child.txt", child + "\n");
  }

  /// Moves the ledger's clock to nine o'clock of the day, UTC+8.
  void on(const std::string& date) { shell.set("KINLEDGER_NOW", date + "T09:00:00+08:00"); }

  std::string premium_row(const std::string& paid_on, const std::string& person,
                          const std::string& amount = "250.00") const {
    return paid_on + "," + person + ",少儿医保,2021," + amount + "\n";
  }
  void write_premiums(const std::string& name, const std::string& rows) const {
    shell.write(name, "缴费日期,参保人身份证号,险种,医保年度,金额\n" + rows);
  }

  std::uint64_t tree_size() const {
    return number(object_of(shell.run({"verify", "city", "--log-only", "--json"}).out), "treeSize");
  }
  /// An answer to `status` about the child.
  boost::json::object status(const std::string& on, const std::string& known = "latest") const {
    const auto ran =
        shell.run({"status", "city", "@child.txt", "--on", on, "--known", known, "--json"});
    EXPECT_EQ(ran.exit, 0) << ran.told();
    return object_of(ran.out);
  }

  Shell shell;
};

}  // namespace kinledger::tools
