package eml
import ("testing";"os";"fmt")
func TestDump(t *testing.T){
 f:=os.Getenv("DUMP"); if f=="" {t.Skip()}
 b,_:=os.ReadFile(f)
 m,err:=Parse(b); fmt.Println("ERR",err); if m==nil {return}
 var p func(m *Message, in string)
 p=func(m *Message, in string){
 fmt.Printf("%sFrom %q Subject %q ID %q Date %v W %q malformed %q fields %d\n",in,m.From,m.Subject,m.MessageID,m.Date,m.Warnings,m.Malformed,len(m.Fields))
 fmt.Println(show(m))
 for _,f:=range m.Forwarded{p(f,in+"  FWD ")}
 }
 p(m,"")
}
