package io.virga.control.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NamedSqlTest {

  @Test
  void numbersNamesByTheirFirstPlace() {
    NamedSql named = NamedSql.of("SELECT :b_1, :a FROM t WHERE x = :b_1 AND y=:a");
    assertThat(named.text()).isEqualTo("SELECT $1, $2 FROM t WHERE x = $1 AND y=$2");
    assertThat(named.names()).isEqualTo(List.of("b_1", "a"));
  }

  @Test
  void leavesCastsAndQuotesAlone() {
    String sql = "SELECT x::text, 'it''s :not', \"a:b\", y[1:2] FROM t WHERE z = 'a:sub'";
    NamedSql named = NamedSql.of(sql);
    assertThat(named.text()).isEqualTo(sql);
    assertThat(named.names()).isEmpty();
  }

  @Test
  void takesWhatIsNotClosedAsItIs() {
    assertThat(NamedSql.of("SELECT 'a :b").text()).isEqualTo("SELECT 'a :b");
    assertThat(NamedSql.of("SELECT :").text()).isEqualTo("SELECT :");
  }
}
