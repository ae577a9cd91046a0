/* Placeholder until its stage lands. */
int main(void)
{
    return 0;
}
